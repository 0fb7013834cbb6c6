//go:build tools

// Package servers names the S3 server that the tests talk to.
package servers

import _ "github.com/versity/versitygw/cmd/versitygw"
