package io.botmesh.runner;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A dead letter as a journal keeps it, without its update. */
record DeadRecord(long sequence, int attempts, Instant at, DeadLetters.Cause cause, long segment, int offset) {
    static DeadRecord read(StoredRecord record) {
        return new DeadRecord(
                record.number(),
                (int) record.number(),
                Instant.ofEpochMilli(record.signed()),
                new DeadLetters.Cause(record.text(), record.text(), record.text()),
                record.number(),
                (int) record.number());
    }

    void write(GroupBuffer out, byte[] update) {
        byte[][] body = {update};
        out.open(RecordTypes.DEAD, body, null);
        out.number(sequence);
        out.number(attempts);
        out.signed(at.toEpochMilli());
        out.text(cause.type());
        out.text(cause.message());
        out.text(cause.stack());
        out.number(segment);
        out.number(offset);
        out.close(body);
    }

    <U> DeadLetters.Letter<U> letter(@Nullable U update) {
        return new DeadLetters.Letter<>(sequence, update, cause, at, attempts);
    }
}
