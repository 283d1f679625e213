package dev.tollgate.bench.cost;

/// Whose processor time is read.
enum Part {
    GATEWAY("gateway", true),
    BROKER("Kafka broker", true),
    POSTGRES("PostgreSQL", true),
    INGEST("ingest", true),
    AGGREGATOR("aggregator", true),
    UPSTREAM("upstream", false);

    private final String title;
    private final boolean priced;

    Part(String title, boolean priced) {
        this.title = title;
        this.priced = priced;
    }

    String title() {
        return title;
    }

    /// Whether it is a part of Tollgate, or was only needed to send requests through it.
    boolean isPriced() {
        return priced;
    }
}
