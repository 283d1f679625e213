package dev.tollgate.gateway.violation;

import org.slf4j.Logger;

/// Says once that something fails and once that it works again: a log must not grow with an outage. Used by one thread
/// at a time.
final class OutageNotice {

    private final Logger log;
    private final String what;
    private boolean failing;

    /// @param what what fails or works, for people
    OutageNotice(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    void failed(Exception failure) {
        if (failing) {
            log.debug("{} still waits", what, failure);
        } else {
            failing = true;
            log.warn("{} waits: {}, caused by {}", what, failure, String.valueOf(failure.getCause()));
        }
    }

    void worked() {
        if (failing) {
            failing = false;
            log.info("{} goes on", what);
        }
    }
}
