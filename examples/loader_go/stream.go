// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause

package main

import (
	"bytes"
	"regexp"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	bpfProgStreamReadByFD = 37 // the command of bpf(2), from Linux 6.17 on
	stdout                = 1
	stderr                = 2
)

// readStream moves text from a stream of a program to buf. It does not wait: 0 bytes are an empty
// stream. Before Linux 6.17 the error is unix.EINVAL.
func readStream(progFD, stream int, buf []byte) (int, error) {
	attr := struct {
		buf    uint64
		len    uint32
		stream uint32
		fd     uint32
		_      uint32
	}{uint64(uintptr(unsafe.Pointer(&buf[0]))), uint32(len(buf)), uint32(stream), uint32(progFD), 0}

	// 20 bytes: a kernel that knows fewer bytes of an attribute refuses the rest unless it is 0.
	n, _, errno := unix.Syscall(unix.SYS_BPF, bpfProgStreamReadByFD, uintptr(unsafe.Pointer(&attr)), 20)
	runtime.KeepAlive(buf)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// record is a line with the lines after it that start with a tab. Level is empty for a plain line.
type record struct {
	level, ktime, file, line, text string
}

var head = regexp.MustCompile(`(?s)^(FATAL|ERROR|WARN|INFO|DEBUG|TRACE)(?: (\d+))?(?: ([^ :]+):(\d+))?(?: cpu=\d+)?(?: pid=\d+)?: (.*)$`)

func parse(text string) record {
	if m := head.FindStringSubmatch(text); m != nil {
		return record{m[1], m[2], m[3], m[4], m[5]}
	}
	return record{text: text}
}

// splitter makes records of the text of a stream, which reads may cut anywhere.
type splitter struct {
	rest []byte
}

// next cuts the first record off. A record is complete when the next one begins, or if nothing more
// is to come (final).
func (s *splitter) next(final bool) (record, bool) {
	end := 0
	for {
		n := bytes.IndexByte(s.rest[end:], '\n')
		if n < 0 {
			if !final || len(s.rest) == 0 {
				return record{}, false
			}
			end = len(s.rest)
			break
		}
		end += n + 1
		if end == len(s.rest) && !final {
			return record{}, false
		}
		if end == len(s.rest) || s.rest[end] != '\t' {
			break
		}
	}
	text := string(bytes.TrimSuffix(s.rest[:end], []byte("\n")))
	s.rest = s.rest[end:]
	return parse(text), true
}
