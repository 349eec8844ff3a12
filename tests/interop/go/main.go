// An outside verifier of the transparency log: Go's own checksum-database packages, which share no line with ours.
//
//	verifier log DIR VKEY [OLD]   the signed head, every leaf's inclusion rebuilt from tiles, and, with an older
//	                              head, that the log only grew
//	verifier proof ENTRY PROOF VKEY   one offline proof (c2sp.org/tlog-proof@v1) of the entry in a file
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
}

func refuse(format string, values ...interface{}) {
	check(fmt.Errorf(format, values...))
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

func hash(text string) tlog.Hash {
	var found tlog.Hash
	raw, err := base64.StdEncoding.DecodeString(text)
	check(err)
	if len(raw) != len(found) {
		refuse("a hash has %d bytes, not %d", len(found), len(raw))
	}
	copy(found[:], raw)
	return found
}

// head opens a checkpoint: signed by the key, with the key's name as its origin.
func head(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		refuse("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return tlog.Tree{N: size, Hash: hash(lines[2])}
}

// files reads tiles from a static copy. C2SP leaves out the tile height that sumdb has in its paths, and a full
// tile takes the place of the partial ones that it outgrew.
type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil && tile.W < 256 {
			whole := tile
			whole.W = 256
			path = strings.Replace(whole.Path(), "tile/8/", "tile/", 1)
			data, err = os.ReadFile(filepath.Join(f.folder, path))
			if err == nil {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// entries reads the bundle that holds a leaf: two bytes of length before each entry.
func entries(folder string, number, size int64) [][]byte {
	width := size - number*256
	if width > 256 {
		width = 256
	}
	tile := tlog.Tile{H: 8, L: 0, N: number, W: int(width)}
	data := read(filepath.Join(folder, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)))
	var found [][]byte
	for len(data) >= 2 {
		length := int(data[0])<<8 | int(data[1])
		if len(data) < 2+length {
			refuse("bundle %d ends in the middle of an entry", number)
		}
		found = append(found, data[2:2+length])
		data = data[2+length:]
	}
	if int64(len(found)) != width {
		refuse("bundle %d holds %d entries, not %d", number, len(found), width)
	}
	return found
}

func verifyLog(folder, vkey string, old []byte) {
	tree := head(read(filepath.Join(folder, "checkpoint")), vkey)
	reader := tlog.TileHashReader(tree, files{folder})
	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	if root != tree.Hash {
		refuse("the tiles lead to another root")
	}
	for number := int64(0); number*256 < tree.N; number++ {
		for place, entry := range entries(folder, number, tree.N) {
			index := number*256 + int64(place)
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			check(err)
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
		}
	}
	if old != nil {
		before := head(old, vkey)
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash))
	}
	fmt.Println("VERIFIED:", tree.N, "entries, root", tree.Hash)
}

func verifyProof(entry, text []byte, vkey string) {
	parts := bytes.SplitN(text, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		refuse("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		path = append(path, hash(line))
	}
	tree := head(parts[1], vkey)
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
	fmt.Println("VERIFIED: entry", index, "of", tree.N)
}

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "log":
		verifyLog(os.Args[2], os.Args[3], nil)
	case len(os.Args) == 5 && os.Args[1] == "log":
		verifyLog(os.Args[2], os.Args[3], read(os.Args[4]))
	case len(os.Args) == 5 && os.Args[1] == "proof":
		verifyProof(read(os.Args[2]), read(os.Args[3]), os.Args[4])
	default:
		fmt.Println("usage: verifier log DIR VKEY [OLD] | verifier proof ENTRY PROOF VKEY")
		os.Exit(2)
	}
}
