/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What samples/bpf take from the kernel's own linux/socket.h, on top of the one of user space */
#include_next <linux/socket.h>
#include <asm/socket.h>

#define AF_INET	 2
#define AF_INET6 10
#define SOL_IP	 0
#define SOL_TCP	 6
#define SOL_IPV6 41
