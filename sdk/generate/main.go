// Command generate writes the SDKs that schema.json describes, with Pulumi's own generators:
//
//	generate schema.json sdk
//
// makes sdk/nodejs, sdk/python and sdk/go/metal3ipam anew. Nothing else below sdk is touched.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// tool is named in the first line of every generated file.
const tool = "npm run sdk"

// files of one SDK: their text, by path.
type files = map[string][]byte

// generators, by the folder that each one owns.
var generators = map[string]func(*schema.Package) (files, error){
	"nodejs": forNode,
	"python": forPython,
	// Below sdk/go, which holds the module's go.mod: no generator writes that.
	"go/metal3ipam": func(pkg *schema.Package) (files, error) { return golang.GeneratePackage(tool, pkg, nil) },
}

// forNode leaves out what would make a package of its own: this SDK is a part of ours, and the "pulumi" part of its
// package.json would have the engine look for the plugin in programs that do not use it. The code asks that file for a
// version and nothing else.
func forNode(pkg *schema.Package) (files, error) {
	made, err := nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"package.json", ".gitignore", "README.md"} {
		delete(made, name)
	}
	const asked = "require('./package.json').version"
	utilities := string(made["utilities.ts"])
	if strings.Count(utilities, asked) != 1 {
		return nil, errors.New("utilities.ts asks for its version in another way by now")
	}
	made["utilities.ts"] = []byte(strings.Replace(utilities, asked, fmt.Sprintf("%q", pkg.Version), 1))
	return made, nil
}

// forPython puts the description where pyproject.toml says it is: beside it. pip refuses to install without.
func forPython(pkg *schema.Package) (files, error) {
	made, err := python.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return nil, err
	}
	const readme = "README.md"
	for name, text := range made {
		if path.Base(name) == readme {
			delete(made, name)
			made[readme] = text
		}
	}
	for _, function := range pkg.Functions {
		dropUnionChecks(function, made)
	}
	return made, nil
}

// dropUnionChecks lets results through that may be a number or a text: the generator takes them for dicts, and its check
// would refuse both.
func dropUnionChecks(function *schema.Function, made files) {
	result, _ := function.ReturnType.(*schema.ObjectType)
	if result == nil {
		return
	}
	for _, property := range result.Properties {
		if _, isUnion := codegen.UnwrapType(property.Type).(*schema.UnionType); !isUnion {
			continue
		}
		check := fmt.Sprintf("        if %[1]s and not isinstance(%[1]s, dict):\n"+
			"            raise TypeError(\"Expected argument '%[1]s' to be a dict\")\n", python.PyName(property.Name))
		for name, text := range made {
			made[name] = bytes.ReplaceAll(text, []byte(check), nil)
		}
	}
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate SCHEMA FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	for language, generator := range generators {
		pkg, err := bind(text) // for each anew: a generator leaves notes of its own in the package
		if err != nil {
			return fmt.Errorf("%s: %w", schemaFile, err)
		}
		made, err := generator(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := replace(filepath.Join(folder, filepath.FromSlash(language)), made); err != nil {
			return err
		}
	}
	return nil
}

func bind(text []byte) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, faults, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{}) // types of other packages: none
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 { // warnings too
		return nil, errors.New(faults.Error())
	}
	return pkg, nil
}

// replace puts the files in the folder's place: what an earlier generation had and this one has not is gone.
func replace(folder string, made files) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for name, text := range made {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
