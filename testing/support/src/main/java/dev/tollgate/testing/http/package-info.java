/// HTTP/1.1 as bytes: a client that sends exactly what it is told, and an upstream that reads strictly.
@NullMarked
package dev.tollgate.testing.http;

import org.jspecify.annotations.NullMarked;
