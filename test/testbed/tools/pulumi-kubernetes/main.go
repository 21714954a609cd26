// Command pulumi-resource-kubernetes is Pulumi's Kubernetes provider. Its own command embeds two files that are not in
// its Go module under the names it wants. This one reads them from its own folder, where the build puts them.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	beside := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(filepath.Dir(program), name))
		if err != nil {
			log.Fatal(err)
		}
		return content
	}
	provider.Serve("kubernetes", version.Version, beside("schema.json"), beside("terraform-mapping.json"))
}
