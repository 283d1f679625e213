/// Who is calling, by a token that an issuer signed (JWT, RFC 7519): the rules a token must meet, the issuer's keys and
/// how they stay fresh, and the tokens that were verified lately.
///
/// The root knows neither JOSE nor the network: `.jose` reads tokens and key sets, `.http` and `.file` fetch key sets.
@NullMarked
package dev.tollgate.gateway.token;

import org.jspecify.annotations.NullMarked;
