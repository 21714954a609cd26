// Declarative IP pools for Metal3: reserve every node's address before its BareMetalHost exists
package metal3ipam
