// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause

// Loads what bpf2go generated: sets variables by its fields, runs a program, runs the iterator over the
// messages that nobody has read, and prints what they say. With an argument it leaves the names of
// kernel functions as they are.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/cilium/ebpf/link"
)

func main() {
	spec, err := loadEvery()
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) == 1 {
		if err := resolveFlavours(spec); err != nil {
			log.Fatal(err)
		}
	}
	var objs everyObjects
	if err := spec.LoadAndAssign(&objs, nil); err != nil {
		log.Fatalf("%+v", err)
	}
	defer objs.Close()
	if err := objs.BpfLogLevel.Set(uint32(4)); err != nil {
		log.Fatal(err)
	}
	verdict, _, err := objs.All.Test(make([]byte, 64))
	if err != nil {
		log.Fatal(err)
	}
	iter, err := link.AttachIter(link.IterOptions{Program: objs.CountUnread})
	if err != nil {
		log.Fatal(err)
	}
	defer iter.Close()
	text, err := iter.Open()
	if err != nil {
		log.Fatal(err)
	}
	defer text.Close()
	if _, err := io.ReadAll(text); err != nil {
		log.Fatal(err)
	}
	var level, sink uint32
	var unread uint64
	if err := objs.BpfLogLevel.Get(&level); err != nil {
		log.Fatal(err)
	}
	if err := objs.BpfStreamSink.Get(&sink); err != nil {
		log.Fatal(err)
	}
	if err := objs.Unread.Get(&unread); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("verdict %d, level %d, sink %d, errors %d\n", verdict, level, sink, unread)
}
