package dev.tollgate.bench.gateway;

/// What the client saw in one run.
///
/// @param requests with an answer
/// @param refused those of them whose status was above 399
/// @param wallUs from the first request to the last answer
/// @param errors what was not answered with 2xx and the whole body, by kind; empty when everything was
record LoadRun(long requests, long refused, long wallUs, double p50Us, double p99Us, String errors) {

    boolean isClean() {
        return errors.isEmpty();
    }
}
