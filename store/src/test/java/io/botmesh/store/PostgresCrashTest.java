package io.botmesh.store;

import io.botmesh.runner.contract.CrashContract;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresCrashTest extends CrashContract {
    PostgresCrashTest() {
        super(Program.class);
    }

    @Override
    protected String place(Path folder) {
        return EmbeddedPostgresServer.newDatabase();
    }

    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            Child.main(
                    args,
                    url -> new JdbcJournal<>(EmbeddedPostgresServer.open(url), 1, Item::id, JournalContract.CODEC));
        }
    }
}
