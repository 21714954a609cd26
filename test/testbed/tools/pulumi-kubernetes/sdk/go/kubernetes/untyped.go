// Package kubernetes has what the provider itself uses of Pulumi's Kubernetes SDK. The whole SDK has a type for each kind
// of Kubernetes, which would be more than half of the provider's build.
package kubernetes

import "reflect"

// UntypedArgs is an object of any kind.
type UntypedArgs map[string]any

// ElementType is what the object becomes when all its outputs are known.
func (UntypedArgs) ElementType() reflect.Type { return reflect.TypeFor[map[string]any]() }
