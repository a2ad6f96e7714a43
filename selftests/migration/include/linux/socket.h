/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* samples/bpf use this of the kernel's own linux/socket.h, in addition to user space's */
#include_next <linux/socket.h>
#include <asm/socket.h>

#define AF_INET	 2
#define AF_INET6 10
#define SOL_IP	 0
#define SOL_TCP	 6
#define SOL_IPV6 41
