/** kcp-go (github.com/xtaci/kcp-go), as Debian brings it. */
import { compile, exists, testProgram } from "./peers_test.ts";

const GO = "/usr/bin/go", GOPATH = "/usr/share/gocode";

const SOURCE = `
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/xtaci/kcp-go"
)

func tune(s *kcp.UDPSession) {
	s.SetNoDelay(1, 10, 2, 1)
	s.SetWindowSize(1024, 1024)
	s.SetACKNoDelay(true)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func echo() {
	l, err := kcp.ListenWithOptions("127.0.0.1:0", nil, 0, 0)
	check(err)
	fmt.Println(l.Addr().String()[len("127.0.0.1:"):])
	for {
		s, err := l.AcceptKCP()
		check(err)
		tune(s)
		go func() {
			buf := make([]byte, 65536)
			for {
				n, err := s.Read(buf)
				if err != nil {
					return
				}
				s.Write(buf[:n])
			}
		}()
	}
}

func ask(port string, sizes []string) {
	s, err := kcp.DialWithOptions("127.0.0.1:"+port, nil, 0, 0)
	check(err)
	tune(s)
	s.SetDeadline(time.Now().Add(30 * time.Second))
	for k, text := range sizes {
		size, err := strconv.Atoi(text)
		check(err)
		sent, back := make([]byte, size), make([]byte, size)
		for i := range sent {
			sent[i] = byte(i*i>>3 + k)
		}
		_, err = s.Write(sent)
		check(err)
		_, err = io.ReadFull(s, back)
		check(err)
		if !bytes.Equal(sent, back) {
			check(fmt.Errorf("%d bytes came back wrong", size))
		}
	}
}

func main() {
	if os.Args[1] == "echo" {
		echo()
	} else {
		ask(os.Args[2], os.Args[3:])
	}
}
`;

const missing = !exists(GO)
  ? `${GO} is missing`
  : !exists(`${GOPATH}/src/github.com/xtaci/kcp-go`)
  ? "golang-github-xtaci-kcp-dev is missing"
  : undefined;

testProgram({
  name: "kcp-go",
  missing,
  async build(folder) {
    const path = `${folder}/peer`, file = `${path}.go`;
    await Deno.writeTextFile(file, SOURCE);
    await compile(GO, ["build", "-o", path, file], {
      GO111MODULE: "off",
      GOPATH,
      GOFLAGS: "",
      GOCACHE: `${folder}/cache`,
    });
    return path;
  },
});
