package io.botmesh.runner;

import io.botmesh.runner.contract.CrashContract;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;

class FileJournalCrashTest extends CrashContract {
    FileJournalCrashTest() {
        super(Program.class);
    }

    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            Child.main(args, folder -> FileJournal.open(folder, 1, Item::id, JournalContract.CODEC));
        }
    }
}
