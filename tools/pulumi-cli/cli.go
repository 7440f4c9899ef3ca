//go:build pin

// Package cli pins the Pulumi CLI, so that it can be built where its download cannot be reached.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
