package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.Meter;

/// What the meters read for some span of time.
public record MeteredUsage(long requests, long units, long dbQueries, long storageMb, long aiRequests) {

    public static final MeteredUsage NONE = new MeteredUsage(0, 0, 0, 0, 0);

    public MeteredUsage {
        if (requests < 0 || units < 0 || dbQueries < 0 || storageMb < 0 || aiRequests < 0) {
            throw new IllegalArgumentException("usage must not be negative");
        }
    }

    public long of(Meter meter) {
        return switch (meter) {
            case REQUESTS -> requests;
            case UNITS -> units;
            case DB_QUERIES -> dbQueries;
            case STORAGE_MB -> storageMb;
            case AI_REQUESTS -> aiRequests;
        };
    }
}
