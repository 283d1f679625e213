package dev.tollgate.quickstart;

/// The services of Tollgate, each run as a JVM of its own.
public enum Service {
    GATEWAY("gateway-quota", "dev.tollgate.gateway.GatewayApplication", 128),
    INGEST("metrics-ingest", "dev.tollgate.ingest.IngestApplication", 192),
    AGGREGATOR("aggregator", "dev.tollgate.aggregator.AggregatorApplication", 256),
    BILLING("billing", "dev.tollgate.billing.BillingApplication", 160),
    CONSOLE("console", "dev.tollgate.console.ConsoleApplication", 128);

    private final String module;
    private final String mainClass;
    private final int heapMb;

    Service(String module, String mainClass, int heapMb) {
        this.module = module;
        this.mainClass = mainClass;
        this.heapMb = heapMb;
    }

    /// The module's folder below the project's root; also the name of the service's log.
    public String module() {
        return module;
    }

    public String mainClass() {
        return mainClass;
    }

    /// What `-Xmx` gives it: enough for the samples and for an import of some millions of lines.
    public int heapMb() {
        return heapMb;
    }
}
