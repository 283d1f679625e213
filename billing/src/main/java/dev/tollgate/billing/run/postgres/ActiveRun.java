package dev.tollgate.billing.run.postgres;

import java.time.YearMonth;
import java.util.UUID;

/// A run that is not completed.
record ActiveRun(UUID runId, YearMonth month) {}
