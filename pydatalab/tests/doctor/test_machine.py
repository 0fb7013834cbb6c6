"""What Linux says of where a lab runs."""

from pathlib import Path

from pydatalab.doctor.machine import Machine, Mount, mounts_in

DOCKER = r"""
1243 1242 0:98 / / rw,relatime master:361 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/X
1245 1243 0:100 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1246 1243 0:101 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
1250 1243 8:1 /var/lib/docker/containers/5f/hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
1251 1243 8:17 /files /app/files rw,relatime - xfs /dev/sdb1 rw
1252 1243 8:1 /srv/the\040lab/logs /logs rw,relatime shared:3 - ext4 /dev/sda1 rw
1253 1243 0:103 / /tmp rw,relatime - tmpfs tmpfs rw
1255 1243 8:1 /var/lib/docker/volumes/{}/_data /backups rw,relatime - ext4 /dev/sda1 rw
1256 1243 8:1 /var/lib/docker/volumes/datalab_data/_data /app/data rw,relatime - ext4 /dev/sda1 rw
1257 1243 8:1 /srv/certificates /certificates ro,relatime - ext4 /dev/sda1 rw
1254 1243 0:31 /lab /mnt/some\040nas rw,relatime - nfs4 nas:/export rw
""".format("5f" * 32)
"""``/proc/self/mountinfo`` in the form that proc(5) describes, as of a container of Docker."""


def test_mounts_are_read_with_blanks_in_their_names():
    found = list(mounts_in(DOCKER.splitlines()))
    assert Mount(Path("/mnt/some nas"), "nfs4") in found
    assert Mount(Path("/"), "overlay") in found
    assert len(found) == 11


def test_what_outlives_a_container_lies_on_a_volume():
    machine = Machine(True, True, tuple(mounts_in(DOCKER.splitlines())))
    assert machine.keeps(Path("/app/files/blobs"))
    assert machine.keeps(Path("/logs"))
    assert not machine.keeps(Path("/app/filesystem"))
    assert not machine.keeps(Path("/app/other"))
    assert not machine.keeps(Path("/tmp/x"))
    assert Machine(False, False, machine.mounts).keeps(Path("/app/other"))


def test_what_engines_mount_by_themselves_is_no_volume():
    machine = Machine(True, True, tuple(mounts_in(DOCKER.splitlines())))
    assert machine.volumes == [
        Path("/app/files"), Path("/logs"), Path("/backups"), Path("/app/data"), Path("/mnt/some nas")
    ]  # fmt: skip


def test_volumes_without_a_name_are_told_from_those_with_one():
    nameless = [one.place for one in mounts_in(DOCKER.splitlines()) if one.is_nameless]
    assert nameless == [Path("/backups")]
