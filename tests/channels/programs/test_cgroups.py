"""Where control groups are made, by what the kernel says of itself, and what is written into them."""

from pathlib import Path

from channels.programs.confinement.cgroups import Group, Groups, located

MIB = 1024**2


def unified(tmp_path, given):
    """A tree of version 2 with a service's place in it, whose process lies one below."""
    for folder in ("", "system.slice", "system.slice/liutong.service", "system.slice/liutong.service/main"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "cgroup.subtree_control").write_text(given, encoding="ascii")
    return f"cgroup2 {tmp_path} cgroup2 rw,nosuid 0 0\n", "0::/system.slice/liutong.service/main\n"


def test_a_service_of_version_2_is_given_its_place_and_the_one_above(tmp_path):
    mounts, own = unified(tmp_path, "cpu memory pids")
    service = tmp_path / "system.slice/liutong.service"
    assert located(mounts, own) == [Groups(2, (place,)) for place in (service / "main", service, tmp_path)]


def test_the_controllers_are_asked_for_where_they_are_not_given(tmp_path):
    mounts, own = unified(tmp_path, "")
    assert located(mounts, own) == []
    asked = (tmp_path / "system.slice/liutong.service/cgroup.subtree_control").read_text(encoding="ascii")
    assert asked == "+memory +pids"


def test_version_1_has_a_folder_in_each_controllers_tree(tmp_path):
    (tmp_path / "memory" / "jobs").mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    mounts = "".join(f"cgroup {tmp_path}/{name} cgroup rw,{name} 0 0\n" for name in ("memory", "pids", "cpu"))
    own = "8:pids:/\n4:memory:/jobs\n1:cpu:/\n0::/\n"
    assert located(mounts, own) == [Groups(1, (tmp_path / "memory/jobs", tmp_path / "pids"))]
    assert located(mounts.replace("pids", "cpuset"), own) == []


def test_limits_are_written_by_the_names_of_each_version(tmp_path):
    (tmp_path / "cgroup.procs").write_text("", encoding="ascii")
    one = Group(2, (tmp_path,))
    assert {file: value for _, file, value in one.limits(64 * MIB, 16)} == {
        "memory.max": 64 * MIB,
        "memory.swap.max": 0,
        "memory.oom.group": 1,
        "pids.max": 16,
    }
    apart = Group(1, (tmp_path, Path("/pids")))
    assert [file for _, file, _ in apart.limits(1, 1)] == ["memory.limit_in_bytes", "memory.swappiness", "pids.max"]
    (tmp_path / "memory.memsw.limit_in_bytes").touch()
    assert [file for _, file, _ in apart.limits(1, 1)][1] == "memory.memsw.limit_in_bytes"


def test_what_the_kernel_counted_is_read(tmp_path):
    one = Group(2, (tmp_path,))
    assert (one.ran_out, one.peak_bytes) == (False, 0)
    (tmp_path / "memory.events").write_text("low 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 1\n", encoding="ascii")
    (tmp_path / "memory.peak").write_text("4096\n", encoding="ascii")
    assert (one.ran_out, one.peak_bytes) == (True, 4096)
    (tmp_path / "memory.events").write_text("oom 1\noom_kill 0\n", encoding="ascii")
    assert not one.ran_out


def test_a_process_of_another_namespace_is_not_killed_as_everybody(tmp_path):
    """The kernel lists it as 0, and a signal to 0 goes to the caller's own process group."""
    (tmp_path / "cgroup.procs").write_text("0\n", encoding="ascii")
    Group(2, (tmp_path,)).kill()
