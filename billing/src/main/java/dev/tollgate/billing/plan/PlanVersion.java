package dev.tollgate.billing.plan;

import java.time.LocalDate;
import java.util.List;

/// The prices of a plan from a day on, until a later version of the same plan takes over.
///
/// @param currency ISO 4217 code of all amounts
public record PlanVersion(String planId, int version, LocalDate effectiveFrom, String currency, List<Charge> charges) {

    public PlanVersion {
        charges = List.copyOf(charges);
    }
}
