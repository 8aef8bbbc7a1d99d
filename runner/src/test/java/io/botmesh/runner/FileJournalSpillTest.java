package io.botmesh.runner;

import io.botmesh.runner.contract.SpillContract;
import java.nio.file.Path;

class FileJournalSpillTest extends SpillContract {
    @Override
    protected Journal<byte[]> open(Path folder) {
        return FileJournal.open(folder, 1, SpillContract::id, Codec.bytes());
    }
}
