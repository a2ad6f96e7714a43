// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"github.com/cilium/ebpf"
)

// tail is `bpfstream tail --json`, which reads the ring of the programs and their streams. It has the
// formatter for the binary records of a ring, and Go would have to repeat it. A ring is shared by the
// programs of an object: a record does not name its program.
type tail struct {
	cmd  *exec.Cmd
	done chan error
}

func startTail(progs map[string]*ebpf.Program, print func(stream int, r record)) (*tail, error) {
	args := []string{"tail", "--json"}
	for _, prog := range progs {
		info, err := prog.Info()
		if err != nil {
			return nil, err
		}
		id, ok := info.ID()
		if !ok {
			return nil, fmt.Errorf("%s has no id", prog)
		}
		args = append(args, strconv.Itoa(int(id)))
	}
	tool := os.Getenv("BPFSTREAM")
	if tool == "" {
		tool = "bpfstream"
	}
	cmd := exec.Command(tool, args...)
	cmd.Stderr = os.Stderr
	// Ctrl-C is for this process, which stops the tool after its programs are detached.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the object writes to a ring, which bpfstream reads: %w", err)
	}
	t := &tail{cmd, make(chan error, 1)}
	go func() { t.done <- t.read(out, print) }()
	return t, nil
}

func (t *tail) read(out io.Reader, print func(stream int, r record)) error {
	lines := json.NewDecoder(out)
	for {
		var r struct {
			Stream, Level, File, Message, Event string

			Ktime json.Number `json:"time_ns"`
			Line  json.Number
		}
		err := lines.Decode(&r)
		if err == io.EOF {
			return t.cmd.Wait()
		}
		if err != nil {
			return err
		}
		if r.Event != "" {
			continue // the program is gone
		}
		stream := stdout
		if r.Stream == "stderr" {
			stream = stderr
		}
		print(stream, record{r.Level, r.Ktime.String(), r.File, r.Line.String(), r.Message})
	}
}

// stop lets the tool read what is left.
func (t *tail) stop() error {
	if err := t.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return <-t.done
}
