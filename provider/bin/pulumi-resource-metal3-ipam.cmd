@node "%~dp0pulumi-resource-metal3-ipam" %*
