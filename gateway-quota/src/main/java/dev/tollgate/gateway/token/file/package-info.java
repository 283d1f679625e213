/// Reads an issuer's key set from a file.
@NullMarked
package dev.tollgate.gateway.token.file;

import org.jspecify.annotations.NullMarked;
