/// `./tollgate bench gateway`: the gateway against itself without quotas and journal, nginx, and Spring Cloud Gateway.
///
/// Start reading at [GatewayBench] (what is measured), then [Comparison] (how) and [Side] (what a side is).
///
/// Every side stands alone on one core; the client, the upstream and the servers behind share the other cores. All
/// sides get the same requests from the same client and pass them to the same upstream.
@NullMarked
package dev.tollgate.bench.gateway;

import org.jspecify.annotations.NullMarked;
