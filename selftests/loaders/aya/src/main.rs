// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
//! Load an object with aya, attach its XDP programs to lo, and wait for stdin to end.
use aya::programs::{Program, Xdp, XdpFlags};
use aya::Ebpf;
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: aya_load OBJECT")?;
    let mut ebpf = Ebpf::load_file(path)?;
    for (name, prog) in ebpf.programs_mut() {
        match prog {
            Program::Xdp(xdp) => {
                let xdp: &mut Xdp = xdp;
                xdp.load()?;
                xdp.attach("lo", XdpFlags::SKB_MODE)?;
                eprintln!("{name}: attached");
            }
            _ => eprintln!("{name}: left alone"),
        }
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
