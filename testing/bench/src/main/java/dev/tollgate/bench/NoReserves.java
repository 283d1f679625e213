package dev.tollgate.bench;

import dev.tollgate.gateway.admission.ReserveStore;

/// Keeps nothing for a next process.
final class NoReserves implements ReserveStore {

    @Override
    public Content take() {
        return Content.NONE;
    }

    @Override
    public void write(Content content) {}
}
