/// What the proxy decides about a request and its answers, without any server: routes, credentials, headers, problems.
@NullMarked
package dev.tollgate.gateway.proxy;

import org.jspecify.annotations.NullMarked;
