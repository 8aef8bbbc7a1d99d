package io.botmesh.runner;

import io.botmesh.runner.contract.JournalContract;
import java.util.HashMap;
import java.util.Map;

class MemoryJournalTest extends JournalContract {
    private final Map<Long, MemoryJournal<Item>> left = new HashMap<>();

    @Override
    protected Journal<Item> open(long botId) {
        var journal = left.containsKey(botId)
                ? left.get(botId).reopened()
                : new MemoryJournal<Item>(Item::id, () -> now, () -> nanos);
        left.put(botId, journal);
        return journal;
    }

    @Override
    protected void end(Journal<?> journal) {
        journal.close();
    }
}
