package dev.tollgate.bench.gateway;

/// One or more runs against one side.
///
/// @param wallUs time under load
/// @param p50Us mean over the runs
/// @param p99Us mean over the runs
/// @param cpu of the side's processes
/// @param publishingUs the part of `cpu` that publishes to Kafka
/// @param behindUs CPU of PostgreSQL and Kafka meanwhile, on the other cores; not part of `cpu`
record Measurement(
        long requests, long wallUs, double p50Us, double p99Us, CpuTime cpu, long publishingUs, long behindUs) {

    double cpuUsPerRequest() {
        return cpu.totalUs() / (double) requests;
    }

    double publishingUsPerRequest() {
        return publishingUs / (double) requests;
    }

    double cpuUsPerRequestUnpublished() {
        return cpuUsPerRequest() - publishingUsPerRequest();
    }

    double behindUsPerRequest() {
        return behindUs / (double) requests;
    }

    double requestsPerSecond() {
        return requests * 1e6 / wallUs;
    }

    Measurement plus(Measurement other) {
        return new Measurement(
                requests + other.requests,
                wallUs + other.wallUs,
                (p50Us + other.p50Us) / 2,
                (p99Us + other.p99Us) / 2,
                cpu.plus(other.cpu),
                publishingUs + other.publishingUs,
                behindUs + other.behindUs);
    }
}
