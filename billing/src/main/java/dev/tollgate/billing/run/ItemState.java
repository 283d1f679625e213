package dev.tollgate.billing.run;

import java.util.Arrays;
import java.util.Optional;

/// How far a run is with a tenant.
public enum ItemState {
    WAITING("waiting"),
    /// This run closed the period.
    CLOSED("closed"),
    /// An earlier run closed the period; nothing was changed.
    ALREADY_CLOSED("already-closed"),
    /// The usage is not complete yet; a later run closes the period.
    HELD("held"),
    /// The tenant cannot be rated; somebody has to act.
    PARKED("parked");

    private final String wireName;

    ItemState(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<ItemState> fromWireName(String name) {
        return Arrays.stream(values())
                .filter(state -> state.wireName.equals(name))
                .findFirst();
    }
}
