/// Fetches an issuer's key set over HTTP.
@NullMarked
package dev.tollgate.gateway.token.http;

import org.jspecify.annotations.NullMarked;
