#!/usr/bin/env bash
# A Slurm cluster of one machine, this one, without accounting and control groups: cluster.sh start|stop FOLDER. Needs root, and Debian's
# packages slurmctld, slurmd, slurm-client and munge; touches nothing outside the folder. Afterwards SLURM_CONF is FOLDER/slurm.conf.
set -euo pipefail
action=$1 folder=$2
name=$(hostname -s)

stop() {
  for daemon in slurmd slurmctld munged; do
    if [ -e "$folder/$daemon.pid" ]; then kill "$(cat "$folder/$daemon.pid")" || true; fi
  done
}

start() {
  mkdir -p "$folder/state" "$folder/spool"
  # munged takes no folder that others may write.
  chmod 755 "$folder"
  head -c 1024 /dev/urandom >"$folder/munge.key"
  chmod 400 "$folder/munge.key"
  cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$name(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$folder/munge.sock
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SchedulerParameters=batch_sched_delay=0,sched_interval=2
KillWait=10
JobRequeue=1
NodeName=$name NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=$name Default=YES MaxTime=60 State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.sock" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF"
  for _ in {1..60}; do
    if sinfo --noheader 2>/dev/null | grep --quiet idle; then return; fi
    sleep 1
  done
  cat "$folder/slurmctld.log" "$folder/slurmd.log" >&2
  exit 1
}

"$action"
