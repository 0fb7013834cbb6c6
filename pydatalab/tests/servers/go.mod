module datalab.example/tests/servers

go 1.24

require github.com/versity/versitygw v1.0.14
