// An outside witness of the transparency log: C2SP tlog-witness over Go's own checksum-database packages.
//
//	witness VKEY NAME SEED   serves add-checkpoint on a free port of the loopback, whose address it prints; SEED is
//	                         the hex seed of its own Ed25519 key. It remembers one head and never goes back.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type witness struct {
	sync.Mutex
	verifier note.Verifier
	name     string
	key      ed25519.PrivateKey
	size     int64
	root     tlog.Hash
}

func hash(text string) (found tlog.Hash, err error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) != len(found) {
		err = fmt.Errorf("a hash has %d bytes, not %d", len(found), len(raw))
	}
	copy(found[:], raw)
	return found, err
}

// cosign is the line of tlog-cosignature: key id, time, signature over the time and the text.
func (w *witness) cosign(text string, at uint64) string {
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
	public := w.key.Public().(ed25519.PublicKey)
	id := sha256.Sum256(append([]byte(w.name+"\n\x04"), public...))
	line := binary.BigEndian.AppendUint64(id[:4:4], at)
	line = append(line, ed25519.Sign(w.key, []byte(message))...)
	return fmt.Sprintf("\u2014 %s %s\n", w.name, base64.StdEncoding.EncodeToString(line))
}

func (w *witness) answer(body string) (int, string) {
	head, signed, found := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if !found || err != nil || len(lines) > 64 {
		return 400, "not a request"
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		each, err := hash(line)
		if err != nil {
			return 400, err.Error()
		}
		proof = append(proof, each)
	}
	origin, _, _ := strings.Cut(signed, "\n")
	if origin != w.verifier.Name() {
		return 404, "unknown log"
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(w.verifier))
	if err != nil {
		return 403, err.Error()
	}
	said := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(said[1], 10, 64)
	if err != nil || old > size {
		return 400, "the old size is beyond the checkpoint"
	}
	root, err := hash(said[2])
	if err != nil {
		return 400, err.Error()
	}
	w.Lock()
	defer w.Unlock()
	if old != w.size {
		return 409, strconv.FormatInt(w.size, 10)
	}
	switch {
	case old == 0 && len(proof) != 0, old == size && root != w.root:
		return 422, "not consistent"
	case old > 0 && old < size:
		if err := tlog.CheckTree(proof, size, root, old, w.root); err != nil {
			return 422, err.Error()
		}
	}
	w.size, w.root = size, root
	return 200, w.cosign(opened.Text, uint64(time.Now().Unix()))
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	seed, err := hex.DecodeString(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	w := &witness{verifier: verifier, name: os.Args[2], key: ed25519.NewKeyFromSeed(seed)}
	http.HandleFunc("/add-checkpoint", func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(io.LimitReader(in.Body, 1<<20))
		if err != nil {
			log.Fatal(err)
		}
		status, text := w.answer(string(body))
		if status == 409 {
			out.Header().Set("Content-Type", "text/x.tlog.size")
		}
		out.WriteHeader(status)
		fmt.Fprint(out, strings.TrimSuffix(text, "\n")+"\n")
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
