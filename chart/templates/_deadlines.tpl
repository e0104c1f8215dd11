{{/*
The deadlines that values.yaml describes, as YAML: `connectWait`, `lockWait` and `timeout` as durations, `pod`, `job` and `helm` in whole seconds.
Derives the values that are empty. Fails if two deadlines contradict each other, and names both values. Argument: the root context.
*/}}
{{- define "migrator.deadlines" -}}
{{- $m := .Values.migration -}}
{{- /* With mode: job, an operator may still be creating the database and the role. */}}
{{- $connect := $m.connectWait | default (and (eq $m.mode "job") (eq .Values.phase "all") | ternary "3m" "55s") -}}
{{- /* A phase has no limit from Helm. Two runs of a pipeline meet at the run lock, so a run waits as long as another run takes. */}}
{{- $isPhase := ne .Values.phase "all" -}}
{{- $lock := $m.lockWait | default ($isPhase | ternary "150s" "40s") -}}
{{- $timeout := $m.timeout | default (or (eq $m.mode "job") $isPhase | ternary "260s" "100s") -}}
{{- $waits := add (include "migrator.milliseconds" $connect) (include "migrator.milliseconds" $lock) -}}
{{- $run := include "migrator.milliseconds" $timeout | int64 -}}
{{- if ge $waits $run -}}
{{- fail (printf "migration.connectWait (%s) and migration.lockWait (%s) together must be shorter than migration.timeout (%s). Otherwise the run times out while it is still allowed to wait." $connect $lock $timeout) -}}
{{- end -}}

{{- $pod := add (include "migrator.seconds" $timeout) 30 -}}
{{- if $m.podDeadline -}}
{{- $pod = include "migrator.seconds" $m.podDeadline | int64 -}}
{{- if le (mul $pod 1000) $run -}}
{{- fail (printf "migration.timeout (%s) must be shorter than migration.podDeadline (%s). Otherwise Kubernetes kills the pod before migrate can report the cause." $timeout $m.podDeadline) -}}
{{- end -}}
{{- end -}}

{{- $attempts := add (mul (add $m.backoffLimit 1) $pod) (include "migrator.backoff" $m.backoffLimit) -}}
{{- $job := add $attempts 10 -}}
{{- if $m.jobDeadline -}}
{{- $job = include "migrator.seconds" $m.jobDeadline | int64 -}}
{{- if ge $attempts $job -}}
{{- fail (printf "migration.backoffLimit (%d) and migration.podDeadline (%s) result in %d attempts that take up to %ds with back-off. This must be shorter than migration.jobDeadline (%s). Otherwise Kubernetes deletes a running pod and its log." ($m.backoffLimit | int) ($m.podDeadline | default (printf "%ds, from timeout" $pod)) (add $m.backoffLimit 1) $attempts $m.jobDeadline) -}}
{{- end -}}
{{- end -}}

{{- $helm := max 300 (add $job 10) -}}
{{- if $m.helmTimeout -}}
{{- $helm = include "migrator.seconds" $m.helmTimeout | int64 -}}
{{- if ge $job $helm -}}
{{- fail (printf "migration.jobDeadline (%s) must be shorter than migration.helmTimeout (%s). Otherwise helm only reports \"deadline exceeded\"." ($m.jobDeadline | default (printf "%ds, from timeout and backoffLimit" $job)) $m.helmTimeout) -}}
{{- end -}}
{{- end -}}
connectWait: {{ $connect }}
lockWait: {{ $lock }}
timeout: {{ $timeout }}
pod: {{ $pod }}
job: {{ $job }}
helm: {{ $helm }}
{{- end -}}

{{/*
The deadlines of the contract Job, as YAML, like those of migrator.deadlines. Helm does not wait for this Job. Its time limits include the wait for the
rollout. Argument: the root context.
*/}}
{{- define "migrator.contract.deadlines" -}}
{{- $m := .Values.migration -}}
{{- $contract := $m.contract -}}
{{- $connect := (include "migrator.deadlines" . | fromYaml).connectWait -}}
{{- $lock := $m.lockWait | default "150s" -}}
{{- $waits := add (include "migrator.milliseconds" $connect) (include "migrator.milliseconds" $lock) -}}
{{- if ge $waits (include "migrator.milliseconds" $contract.timeout | int64) -}}
{{- fail (printf "migration.connectWait (%s) and migration.lockWait (%s) together must be shorter than migration.contract.timeout (%s). Otherwise the run times out while it is still allowed to wait." $connect $lock $contract.timeout) -}}
{{- end -}}
{{- $run := add (include "migrator.seconds" $contract.rolloutWait) (include "migrator.seconds" $contract.timeout) -}}
{{- $pod := add $run 30 -}}
connectWait: {{ $connect }}
lockWait: {{ $lock }}
timeout: {{ printf "%ds" $run }}
pod: {{ $pod }}
job: {{ add (mul (add $contract.backoffLimit 1) $pod) (include "migrator.backoff" $contract.backoffLimit) 10 }}
{{- end -}}

{{/*
The Job controller's total back-off in seconds: 10 s, doubled for each retry up to 10 minutes (MaxJobPodFailureBackOff in
Kubernetes' pkg/controller/job/job_controller.go; its documentation still says 6 minutes). Argument: backoffLimit.
*/}}
{{- define "migrator.backoff" -}}
{{- $pause := 10 -}}
{{- $sum := 0 -}}
{{- range until (int .) -}}
{{- $sum = add $sum $pause -}}
{{- $pause = min 600 (mul $pause 2) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* A duration such as 1m30s in milliseconds. Argument: the duration as text. */}}
{{- define "migrator.milliseconds" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+[a-z]+" . -1 -}}
{{- $sum = add $sum (mul (regexFind "^[0-9]+" . | atoi) (get $units (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* A duration in whole seconds, rounded up. Argument: the duration as text. */}}
{{- define "migrator.seconds" -}}
{{- div (add (include "migrator.milliseconds" .) 999) 1000 -}}
{{- end -}}
