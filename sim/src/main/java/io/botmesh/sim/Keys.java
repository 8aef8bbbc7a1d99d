package io.botmesh.sim;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SimulatedSeal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The keys of all nodes, from the seed. */
final class Keys {
    private final List<Identity> identities = new ArrayList<>();
    private final List<ReaderSecret> readers = new ArrayList<>();
    private final ReaderSecret group;
    private final AdmissionSecret shared;
    private final long admissions;

    Keys(int nodes, SplittableRandom random) {
        for (int i = 0; i < nodes; i++) {
            identities.add(Identity.of(bytes(random)));
            readers.add(ReaderSecret.of(bytes(random)));
        }
        admissions = random.nextLong();
        group = ReaderSecret.of(bytes(random));
        shared = AdmissionSecret.of(bytes(random));
    }

    Seal seal(boolean real) {
        return real ? new HpkeSeal() : new SimulatedSeal();
    }

    /** Of the topic. */
    ReaderSecret group() {
        return group;
    }

    /** What publishers and members of the topic share. */
    AdmissionSecret shared() {
        return shared;
    }

    Identity identity(int node) {
        return identities.get(node);
    }

    ReaderSecret reader(int node) {
        return readers.get(node);
    }

    /** What a reader gave to a sender. */
    AdmissionSecret admission(int reader, int sender) {
        return AdmissionSecret.of(bytes(new SplittableRandom(admissions ^ ((long) reader << 32 | sender))));
    }

    Map<String, ReaderSecret> readersByName() {
        Map<String, ReaderSecret> byName = new HashMap<>();
        for (int i = 0; i < readers.size(); i++) byName.put(Scenery.name(i), readers.get(i));
        return byName;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
