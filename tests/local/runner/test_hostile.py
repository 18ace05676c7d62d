"""Jobs that mean no good, or know no better."""

import os
import time

from azext_ml.local import live, root

FOLDER = {"jobOutputType": "uri_folder"}


def test_a_job_that_leaves_daemons_behind(world):
    unmistakable = f"sleep {100000 + os.getpid()}"
    name, status = world.run(f"for n in 1 2 3; do (setsid env -i {unmistakable} &); done; nohup {unmistakable} & exit 0")
    assert status == "Completed"
    assert not world.left_running()
    assert unmistakable not in os.popen("ps -axo args=").read().splitlines()


def test_200_megabytes_of_output(world):
    name, status = world.run("head -c 200000000 /dev/zero | tr '\\0' x; echo; echo end")
    assert status == "Completed"
    with world.store.reading() as tx:
        container = live.artifact_container(world.app.workspace(tx, "g/w").guid)
        row = tx.execute("SELECT size FROM blobs WHERE container = ? AND name = ?",
                         (container, f"ExperimentRun/dcid.{name}/user_logs/std_log.txt")).fetchone()
    assert row[0] == 200000005
    name, status = world.run("head -c 3000000 /dev/zero | tr '\\0' x; exit 1")
    assert len(world.message(name)) < 10000                          # the end of the log, not all of it


def test_output_that_is_no_utf_8(world):
    name, status = world.run("printf '\\377\\376 bad\\n'; exit 2")
    assert status == "Failed"
    assert "bad" in world.message(name)
    assert world.log_path(name).read_bytes() == b"\xff\xfe bad\n"


def test_a_job_that_deletes_its_folders(world):
    name, status = world.run("rm -rf \"$PWD\"; echo still here", outputs={"o": FOLDER})
    assert status == "Completed"
    name, status = world.run("cd /; rm -rf ${{outputs.o}}/.. ; exit 0", outputs={"o": {**FOLDER, "assetName": "o"}})
    assert (status, world.blobs(f"azureml/{name}/")) == ("Completed", {})
    name = "all"
    folder = root.job_folder(str(world.root), "g/w", name)
    world.job(f"cd /; rm -rf {folder}; exit 3", name=name)
    assert world.wait(name)["status"] == "Failed"
    assert "exited with code 3" in world.message(name)


def test_links_out_of_an_output_are_not_followed(world, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("s3cret")
    name, status = world.run(
        f"cd ${{{{outputs.o}}}}; ln -s {secret}/key file; ln -s {secret} dir; ln -s {secret}/key sneaky; mkdir in; echo ok > in/real;"
        " ln -s real in/inside; ln -s nowhere broken; mkfifo pipe; cd ..; "
        f"rm -rf ${{{{outputs.p}}}}; ln -s {secret} ${{{{outputs.p}}}}; rm -rf ${{{{outputs.f}}}}; ln -s {secret}/key ${{{{outputs.f}}}};"
        f" cd ../code; ln -s {secret} outputs",
        outputs={"o": FOLDER, "p": FOLDER, "f": {"jobOutputType": "uri_file"}})
    assert status == "Completed"
    found = {**world.blobs(f"azureml/{name}/"), **world.blobs(f"ExperimentRun/dcid.{name}/", "workspaceartifactstore")}
    assert b"s3cret" not in b"".join(found.values())
    assert {"o/in/real", "o/in/inside"} <= set(found)
    said = "\n".join(world.warnings(name))
    assert all(part in said for part in ("file is a link", "dir is a link", "sneaky is a link", "broken is a link", "pipe is not a file"))


def test_file_names_of_all_kinds(world):
    odd = ["plain", "with space", "per%cent", "ä€", "quo'te\"", "back\\slash", "new\nline", "-dash", "semi;colon", "{brace}", "..dots", "a?b#c"]
    script = "".join(f"printf x > {quoted}\n" for quoted in map(_quoted, odd))
    name, status = world.run(f"cd ${{{{outputs.o}}}}\n{script}touch $'bad\\xff'", outputs={"o": FOLDER})
    assert status == "Completed", world.message(name)
    assert set(world.blobs(f"azureml/{name}/o/")) == {*odd, "bad%FF"}


def test_names_of_inputs_and_outputs_that_no_spec_would_make(world):
    odd = "../../x y"
    name, status = world.run("ls ${{outputs." + odd + "}} && echo ${{inputs." + odd + "}}",
                             inputs={odd: {"jobInputType": "literal", "value": "v"}}, outputs={odd: FOLDER})
    assert status == "Completed", world.message(name)
    assert world.log(name) == "v\n"


def test_a_blob_name_cannot_lead_out_of_an_input(world):
    world.put_blob("in/../../../evil", b"x")
    name, status = world.run("true", inputs={"x": {"jobInputType": "uri_folder", "uri": "azureml://datastores/workspaceblobstore/paths/in/"}})
    assert status == "Failed" and "unsafe name" in world.message(name)
    assert not (world.root / "evil").exists()


def test_a_fork_bomb_of_children_ends_on_cancel(world):
    name = world.job("for n in $(seq 40); do (trap '' TERM; while :; do sleep 0.02; done) & done; echo up; wait")
    world.wait_log(name, "up")
    began = time.monotonic()
    world.cancel(name)
    assert world.wait(name)["status"] == "Canceled"
    assert time.monotonic() - began < 15
    assert not world.left_running()


def _quoted(text):
    return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'" if text[0] != "-" else f"./{text}"
