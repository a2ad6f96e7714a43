// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
//! Load an object that uses bpf_stream with libbpf-rs, attach its programs (XDP to lo), and print the
//! records of their streams until SIGINT.
//!
//!     loader_rust OBJECT [LEVEL]
use libbpf_rs::btf::types::DataSec;
use libbpf_rs::btf::{Btf, BtfType};
use libbpf_rs::{AsRawLibbpf, MapCore, MapFlags, Object, ObjectBuilder, ProgramMut, ProgramType};
use std::error::Error;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

static STOP: AtomicBool = AtomicBool::new(false);

extern "C" fn on_signal(_: libc::c_int) {
    STOP.store(true, Ordering::Relaxed);
}

/// A record is a line, and the lines after it that start with a tab.
fn split(text: &mut Vec<u8>, all: bool) -> Vec<String> {
    let mut records = Vec::new();
    let mut at = 0;
    while let Some(n) = text[at..].iter().position(|&c| c == b'\n') {
        at += n + 1;
        match text.get(at) {
            Some(b'\t') => continue,
            None if !all => break,
            _ => {}
        }
        let record: Vec<u8> = text.drain(..at).collect();
        records.push(
            String::from_utf8_lossy(&record)
                .trim_end_matches('\n')
                .to_string(),
        );
        at = 0;
    }
    if all && !text.is_empty() {
        records.push(String::from_utf8_lossy(text).into_owned());
        text.clear();
    }
    records
}

/// Write the variable bpf_log_level of the object. It takes effect at once.
fn set_level(obj: &Object, level: u32) -> Result<(), Box<dyn Error>> {
    // libbpf's copy: in the file, the offsets of variables are all 0
    let btf = Btf::from_bpf_object(unsafe { obj.as_libbpf_object().as_ref() })?.ok_or("no BTF")?;
    let section = btf
        .type_by_name::<DataSec>(".data.bpf_log")
        .ok_or("the object has no level")?;
    let offset = section
        .iter()
        .find(|v| {
            btf.type_by_id::<BtfType>(v.ty)
                .and_then(|t| t.name().map(|n| n == "bpf_log_level"))
                .unwrap_or(false)
        })
        .ok_or("the object has no level")?
        .offset as usize;
    let map = obj
        .maps()
        .find(|m| m.name() == ".data.bpf_log")
        .ok_or("no map .data.bpf_log")?;
    let key = 0u32.to_ne_bytes();
    let mut value = map
        .lookup(&key, MapFlags::ANY)?
        .ok_or("no value in .data.bpf_log")?;
    value[offset..offset + 4].copy_from_slice(&level.to_ne_bytes());
    Ok(map.update(&key, &value, MapFlags::ANY)?)
}

/// Move text from a stream of a program to buf; 0 bytes are an empty stream.
fn read(prog: &ProgramMut, stream: usize, buf: &mut [u8]) -> std::io::Result<usize> {
    match stream {
        0 => prog.stdout().read(buf),
        _ => prog.stderr().read(buf),
    }
}

fn attach(prog: &mut ProgramMut) -> Result<libbpf_rs::Link, Box<dyn Error>> {
    if prog.prog_type() == ProgramType::Xdp {
        return Ok(prog.attach_xdp(1)?); // lo
    }
    Ok(prog.attach()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let path = args.get(1).ok_or("usage: loader_rust OBJECT [LEVEL]")?;
    let obj = ObjectBuilder::default().open_file(path)?.load()?;
    if let Some(name) = args.get(2) {
        let level = LEVELS
            .iter()
            .position(|l| l == name)
            .ok_or("an unknown level")?;
        set_level(&obj, level as u32)?;
    }
    unsafe { libc::signal(libc::SIGINT, on_signal as *const () as libc::sighandler_t) };
    let mut links = Vec::new();
    for mut prog in obj.progs_mut() {
        links.push(attach(&mut prog)?);
    }
    eprintln!("attached");
    let mut rests = vec![[Vec::new(), Vec::new()]; links.len()];
    if let Err(err) = read(&obj.progs_mut().next().ok_or("no program")?, 0, &mut []) {
        if err.raw_os_error() == Some(libc::EINVAL) {
            eprintln!("no streams on this kernel, see /sys/kernel/tracing/trace_pipe");
            rests.clear();
        }
    }
    loop {
        let stop = STOP.load(Ordering::Relaxed);
        for (prog, rests) in obj.progs_mut().zip(&mut rests) {
            for (stream, rest) in rests.iter_mut().enumerate() {
                let mut buf = [0; 65536];
                let n = read(&prog, stream, &mut buf)?;
                rest.extend_from_slice(&buf[..n]);
                for record in split(rest, n == 0) {
                    let name = prog.name().to_string_lossy();
                    println!("{name} {} | {record}", ["stdout", "stderr"][stream]);
                }
            }
        }
        if stop {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
