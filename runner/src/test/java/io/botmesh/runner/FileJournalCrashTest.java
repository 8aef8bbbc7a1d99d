package io.botmesh.runner;

import io.botmesh.runner.contract.CrashContract;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.nio.file.Path;

class FileJournalCrashTest extends CrashContract {
    FileJournalCrashTest() {
        super(Program.class);
    }

    @Override
    protected boolean knowsAllEnds() {
        return true;
    }

    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            Child.main(args, folder -> FileJournal.open(Path.of(folder), 1, Item::id, JournalContract.CODEC));
        }
    }
}
