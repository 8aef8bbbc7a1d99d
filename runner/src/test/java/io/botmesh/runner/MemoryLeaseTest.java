package io.botmesh.runner;

import io.botmesh.runner.contract.LeaseContract;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryLeaseTest extends LeaseContract {
    private final MemoryLease.Place place = new MemoryLease.Place();

    @Override
    protected Lease open() {
        return new MemoryLease(place);
    }
}
