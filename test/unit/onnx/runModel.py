"""Runs a model.onnx in stock ONNX Runtime: feeds as JSON on stdin ({name: {type, shape, data}}), results on stdout."""

import json
import sys

import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
feeds = {
    name: numpy.array(feed["data"], dtype=feed["type"]).reshape(feed["shape"])
    for name, feed in json.load(sys.stdin).items()
}
names = [output.name for output in session.get_outputs()]
results = dict(zip(names, session.run(names, feeds)))
json.dump({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in results.items()}, sys.stdout)
