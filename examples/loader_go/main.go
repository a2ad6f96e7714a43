// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause

// loader_go loads an object that uses bpf_stream, attaches its programs, and prints their records.
//
//	loader_go [--level LEVEL] [--iface NAME] OBJECT
//
// XDP programs are attached to the interface, tracepoints to the event that their section names,
// and iterators run once, when the loader ends (SIGINT, SIGTERM).
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

var (
	level = flag.String("level", "", "off, error, warn, info, debug or trace")
	iface = flag.String("iface", "lo", "the interface for XDP programs")
)

func main() {
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: loader_go [--level LEVEL] [--iface NAME] OBJECT")
		os.Exit(2)
	}
	if err := run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "loader_go:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	spec, err := ebpf.LoadCollectionSpec(path)
	if err != nil {
		return err
	}
	if err := resolveFlavours(spec); err != nil {
		return err
	}
	coll, err := ebpf.NewCollection(spec)
	if err != nil {
		return err
	}
	defer coll.Close()
	if *level != "" {
		if err := setLevel(coll, *level); err != nil {
			return err
		}
	}

	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGINT, syscall.SIGTERM)
	var iterators []*link.Iter
	var links []link.Link
	for name, prog := range coll.Programs {
		l, err := attach(spec.Programs[name], prog)
		if err != nil {
			return fmt.Errorf("attach %s: %w", name, err)
		}
		defer l.Close()
		links = append(links, l)
		if iter, ok := l.(*link.Iter); ok {
			iterators = append(iterators, iter)
		}
	}
	fmt.Fprintln(os.Stderr, "attached")
	if coll.Maps["bpf_stream_ring"] != nil {
		err = followRing(path, coll, links, stopped)
	} else {
		err = followStreams(coll, stopped)
	}
	if err != nil {
		return err
	}
	for _, iter := range iterators {
		if err := printIterator(iter); err != nil {
			return err
		}
	}
	return printLosses(coll)
}

func attach(spec *ebpf.ProgramSpec, prog *ebpf.Program) (link.Link, error) {
	switch spec.Type {
	case ebpf.XDP:
		dev, err := net.InterfaceByName(*iface)
		if err != nil {
			return nil, err
		}
		return link.AttachXDP(link.XDPOptions{Program: prog, Interface: dev.Index, Flags: link.XDPGenericMode})
	case ebpf.TracePoint:
		group, event, _ := strings.Cut(spec.AttachTo, "/")
		return link.Tracepoint(group, event, prog, nil)
	case ebpf.Tracing:
		if spec.AttachType == ebpf.AttachTraceIter {
			return link.AttachIter(link.IterOptions{Program: prog})
		}
		return link.AttachTracing(link.TracingOptions{Program: prog})
	}
	return nil, fmt.Errorf("programs of type %s are not supported here", spec.Type)
}

// setLevel writes a variable of the object: it takes effect at once, and needs no rights but those
// that the loader has.
func setLevel(coll *ebpf.Collection, name string) error {
	value := slices.Index([]string{"off", "error", "warn", "info", "debug", "trace"}, name)
	if value < 0 {
		return fmt.Errorf("level '%s' is none of off, error, warn, info, debug, trace", name)
	}
	v := coll.Variables["bpf_log_level"]
	if v == nil {
		return errors.New("the object has no level: it includes neither log.h nor assert.h")
	}
	return v.Set(uint32(value))
}

func printRecord(name string, stream int, r record) {
	level := r.level
	if level == "" {
		level = "-"
	}
	// Strings of a program may have any bytes, and a terminal obeys some.
	text := strings.Map(func(c rune) rune {
		if c >= ' ' && c != 0x7f && (c < 0x80 || c > 0x9f) || c == '\n' || c == '\t' {
			return c
		}
		return '?'
	}, r.text)
	out := os.Stdout
	if stream == stderr {
		out = os.Stderr
	}
	fmt.Fprintf(out, "%s %s | %s\n", name, level, text)
}

// followStreams reads the streams of all programs until a signal comes. They cannot be polled: look
// every 50 ms.
func followStreams(coll *ebpf.Collection, stopped <-chan os.Signal) error {
	type source struct {
		name   string
		fd     int
		stream int
		splitter
	}
	var sources []*source
	buf := make([]byte, 64*1024)
	for name, prog := range coll.Programs {
		if _, err := readStream(prog.FD(), stdout, buf[:1]); errors.Is(err, unix.EINVAL) {
			fmt.Fprintf(os.Stderr, "%s: no streams on this kernel, see /sys/kernel/tracing/trace_pipe\n", name)
			continue
		}
		for _, stream := range []int{stdout, stderr} {
			sources = append(sources, &source{name: name, fd: prog.FD(), stream: stream})
		}
	}
	for final := false; ; {
		for _, s := range sources {
			quiet := true
			for {
				n, err := readStream(s.fd, s.stream, buf)
				if err != nil {
					return fmt.Errorf("read a stream of %s: %w", s.name, err)
				}
				if n == 0 {
					break
				}
				quiet = false
				s.rest = append(s.rest, buf[:n]...)
			}
			for {
				r, ok := s.next(quiet)
				if !ok {
					break
				}
				printRecord(s.name, s.stream, r)
			}
		}
		if final {
			return nil
		}
		select {
		case <-stopped:
			final = true
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// followRing leaves reading to bpfstream, until a signal comes.
func followRing(path string, coll *ebpf.Collection, links []link.Link, stopped <-chan os.Signal) error {
	object := strings.TrimSuffix(filepath.Base(path), ".bpf.o")
	t, err := startTail(coll.Programs, func(stream int, r record) { printRecord(object, stream, r) })
	if err != nil {
		return err
	}
	select {
	case err := <-t.done:
		return fmt.Errorf("bpfstream has ended: %v", err)
	case <-stopped:
	}
	for _, l := range links {
		l.Close()
	}
	return t.stop()
}

func printIterator(iter *link.Iter) error {
	text, err := iter.Open()
	if err != nil {
		return err
	}
	defer text.Close()
	_, err = io.Copy(os.Stdout, text)
	return err
}

// printLosses prints how many messages could not be written: by stream, and eight causes each, of which
// the last two are not used.
func printLosses(coll *ebpf.Collection) error {
	v := coll.Variables["bpf_stream_lost"]
	if v == nil {
		return nil // nothing of it writes
	}
	var lost [2][8]uint64
	if err := v.Get(&lost); err != nil {
		return err
	}
	total := uint64(0)
	for _, causes := range lost {
		for _, n := range causes {
			total += n
		}
	}
	fmt.Printf("lost: %d\n", total)
	return nil
}
