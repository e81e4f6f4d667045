/** The original KCP (github.com/skywind3000/kcp), in C, as npm's node-kcp brings it. */
import upstream from "node-kcp/package.json" with { type: "json" };
import { compile, exists, testProgram } from "./peers_test.ts";

const GCC = "/usr/bin/g++";

const SOURCE = `
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "kcp/ikcp.h"

static int fd;
static sockaddr_in peer;
static ikcpcb *kcp;
static char buf[1 << 18];

static uint32_t now_ms() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

static int output(const char *bytes, int n, ikcpcb *, void *) {
  return sendto(fd, bytes, n, 0, (sockaddr *)&peer, sizeof peer);
}

static void begin(uint32_t conv) {
  kcp = ikcp_create(conv, 0);
  kcp->output = output;
  ikcp_nodelay(kcp, 1, 10, 2, 1);
  ikcp_wndsize(kcp, 1024, 1024);
}

static void step() {
  pollfd p = {fd, POLLIN, 0};
  poll(&p, 1, 2);
  static char datagram[65536];
  sockaddr_in from;
  socklen_t size = sizeof from;
  for (int n; (n = recvfrom(fd, datagram, sizeof datagram, MSG_DONTWAIT, (sockaddr *)&from, &size)) > 0;) {
    if (!kcp && n >= 24) {
      peer = from;
      begin(ikcp_getconv(datagram));
    }
    if (kcp) ikcp_input(kcp, datagram, n);
  }
  if (kcp) ikcp_update(kcp, now_ms());
}

static int ask(int size, int k) {
  static char sent[1 << 18], back[1 << 18];
  for (int i = 0; i < size; i++) sent[i] = (char)(i * i / 8 + k);
  if (ikcp_send(kcp, sent, size) != 0) return fprintf(stderr, "%d bytes were not taken", size);
  uint32_t until = now_ms() + 30000;
  for (int at = 0; at < size;) {
    step();
    for (int n; at < size && (n = ikcp_recv(kcp, back + at, size - at)) > 0;) at += n;
    if ((int32_t)(now_ms() - until) > 0) return fprintf(stderr, "%d of %d bytes came back in time", at, size);
  }
  return memcmp(sent, back, size) ? fprintf(stderr, "%d bytes came back wrong", size) : 0;
}

int main(int argc, char **argv) {
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in here = {};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd, (sockaddr *)&here, sizeof here);
  if (!strcmp(argv[1], "ask")) {
    peer = here;
    peer.sin_port = htons(atoi(argv[2]));
    begin(0x11223344);
    for (int i = 3; i < argc; i++) if (ask(atoi(argv[i]), i)) return 1;
    return 0;
  }
  socklen_t size = sizeof here;
  getsockname(fd, (sockaddr *)&here, &size);
  printf("%d\\n", ntohs(here.sin_port));
  fflush(stdout);
  for (;;) {
    step();
    for (int n; kcp && (n = ikcp_recv(kcp, buf, sizeof buf)) > 0;) ikcp_send(kcp, buf, n);
  }
}
`;

testProgram({
  name: `the original in C (node-kcp ${upstream.version})`,
  missing: exists(GCC) ? undefined : `${GCC} is missing`,
  async build(folder) {
    const sources = new URL("src/", import.meta.resolve("node-kcp/package.json")).pathname;
    const path = `${folder}/peer`, file = `${path}.cc`;
    await Deno.writeTextFile(file, SOURCE);
    await compile(GCC, ["-O1", "-w", "-fpermissive", `-I${sources}`, "-o", path, file, `${sources}kcp/ikcp.c`]);
    return path;
  },
});
