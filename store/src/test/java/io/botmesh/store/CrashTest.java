package io.botmesh.store;

import io.botmesh.runner.contract.CrashContract;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.nio.file.Path;

class CrashTest extends CrashContract {
    CrashTest() {
        super(Program.class);
    }

    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            Child.main(
                    args,
                    file -> new JdbcJournal<>(SqliteDatabase.open(Path.of(file)), 1, Item::id, JournalContract.CODEC));
        }
    }
}
