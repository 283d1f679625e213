package dev.tollgate.gateway.admission;

/// A request that passes without tokens, because its tenant's quotas are only watched.
record FreeAdmission(long cost) implements Admission {

    @Override
    public void giveBack() {
        // Nothing was taken.
    }
}
