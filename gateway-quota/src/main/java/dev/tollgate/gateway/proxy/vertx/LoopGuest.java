package dev.tollgate.gateway.proxy.vertx;

import io.vertx.core.Future;
import java.time.Duration;

/// Something that the proxy's event loops serve beside the proxy, with the same checks and into the same journal lanes.
public interface LoopGuest {

    /// What a guest has opened on one event loop.
    interface Seat {

        /// Accepts nothing more and lets go of what is idle; on the event loop, before its lane is sealed.
        void drain(Duration atMost);
    }

    /// Called on each event loop at its start; the proxy serves when all have succeeded.
    Future<Seat> open(LoopHost host);
}
