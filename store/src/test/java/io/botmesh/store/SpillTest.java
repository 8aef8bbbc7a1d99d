package io.botmesh.store;

import io.botmesh.runner.Codec;
import io.botmesh.runner.Journal;
import io.botmesh.runner.contract.SpillContract;
import java.nio.file.Path;

class SpillTest extends SpillContract {
    @Override
    protected Journal<byte[]> open(Path folder) {
        return new JdbcJournal<>(
                SqliteDatabase.open(folder.resolve("journal.db")), 1, SpillContract::id, Codec.bytes());
    }
}
