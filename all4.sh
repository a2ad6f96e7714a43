for t in ${T:-scx_logged tc_flow exec_trace faults}; do selftests/plan selftests/guest/example_$t.sh; done
